-- Idempotency keys are forgotten a month after their operation: those of that age are found by their moment.
create index operation_once_done_at on operation_once (done_at);
