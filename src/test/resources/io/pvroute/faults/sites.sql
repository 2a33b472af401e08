-- Sites that are down, flagged or still held by somebody.
SELECT site,
       coalesce(error, CASE WHEN down_since IS NOT NULL THEN 'down since ' || down_since ELSE 'leased until ' || leased_until END) AS why
  FROM pv_site
 WHERE down_since IS NOT NULL OR error IS NOT NULL OR leased_until > now()
