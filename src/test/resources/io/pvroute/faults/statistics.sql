-- What the server has counted since it began, or since its last crash; also what was rolled back.
SELECT sum(n_tup_ins)::bigint AS inserted, sum(n_tup_upd)::bigint AS updated, sum(n_tup_del)::bigint AS deleted
  FROM pg_stat_user_tables
 WHERE relname IN ('pv_archive', 'pv_event')
