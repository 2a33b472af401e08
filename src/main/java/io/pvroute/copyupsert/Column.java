package io.pvroute.copyupsert;

/**
 * A column of the target that is written.
 *
 * @param name      as in the catalog
 * @param typeName  as people call it, with its modifier, for messages
 * @param bareType  SQL text of the type, of a domain its base type, without modifier
 * @param castType  SQL text of the type to cast to, where the stage takes text
 * @param stageType SQL text of the stage column's type
 * @param domain    the column's own type is a domain over {@code bareType}
 * @param typeOid   of the type, of a domain its base type
 */
record Column(String name, String typeName, String bareType, String castType, String stageType, boolean domain, long typeOid,
              Encoding encoding) {

    String quoted() {
        return Name.quoted(name);
    }
}
