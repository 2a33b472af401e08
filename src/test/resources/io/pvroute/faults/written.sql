-- What the audit has noted: updates, those that changed nothing, and deletions.
SELECT count(*) FILTER (WHERE operation = 'UPDATE') AS updates,
       count(*) FILTER (WHERE same) AS same,
       count(*) FILTER (WHERE operation = 'DELETE') AS deletions
  FROM audit.written
