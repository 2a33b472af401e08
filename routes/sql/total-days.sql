-- Brings the day totals up to what was stored, and to what an earlier reader of this site left undone when it was killed
-- (pv_site.untotalled, as it was claimed). Where nothing was written and nothing was left, nothing is done.
SELECT pv_total_days(done.site, lower(done.stretch), upper(done.stretch)) AS days
  FROM (SELECT (:#${variable.window[site]})::text AS site,
               CASE WHEN (:#${variable.samplesInserted})::bigint + (:#${variable.samplesUpdated})::bigint > 0
                    THEN range_merge(coalesce(before.stretch, asked.stretch), asked.stretch)
                    ELSE before.stretch
                    END AS stretch
          FROM (SELECT (:#${variable.window[untotalled]})::text::tstzrange AS stretch) AS before,
               (SELECT tstzrange((:#${variable.window[from_at]})::timestamptz, (:#${variable.window[to_at]})::timestamptz) AS stretch) AS asked) AS done
 WHERE done.stretch IS NOT NULL
