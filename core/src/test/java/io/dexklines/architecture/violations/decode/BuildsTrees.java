package io.dexklines.architecture.violations.decode;

import com.fasterxml.jackson.databind.JsonNode;

/** A decoder that parses JSON into trees. */
public final class BuildsTrees {

    private JsonNode tree;

    public JsonNode tree() {
        return tree;
    }
}
