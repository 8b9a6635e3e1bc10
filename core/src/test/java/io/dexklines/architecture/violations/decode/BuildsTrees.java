package io.dexklines.architecture.violations.decode;

import com.fasterxml.jackson.databind.JsonNode;

/** A decoder that makes an object of everything it reads. */
public final class BuildsTrees {

    private JsonNode tree;

    public JsonNode tree() {
        return tree;
    }
}
