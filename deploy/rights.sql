-- What pvroute run needs, and no more: for the role pvroute, by the owner of the tables, after each pvroute migrate.
-- pvroute migrate --grant pvroute does the same.

GRANT USAGE ON SCHEMA public TO pvroute;
GRANT SELECT, INSERT, UPDATE ON pv_site, pv_window, pv_archive, pv_event, pv_logger, pv_device, pv_turn, pv_reading, pv_thinned TO pvroute;
GRANT SELECT, INSERT, UPDATE, DELETE ON pv_rejected, pv_day_total, pv_power_flow, pv_inverter, pv_meter, pv_storage, pv_ohmpilot TO pvroute;
GRANT SELECT ON pv_channel, pv_value, pv_counter, pv_day, pv_power, pv_device_power, pv_schema_history TO pvroute;
