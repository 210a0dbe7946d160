-- The two roles of the product. pool_owner owns the database and its tables and runs the migrations;
-- pool_app is what the portal and the workers connect as: it owns nothing and row-level security binds it.
-- Safe to run again. On an ordinary server give both a password afterwards: \password pool_owner
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pool_owner') THEN
        CREATE ROLE pool_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pool_app') THEN
        CREATE ROLE pool_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
    END IF;
END
$$;
