namespace Yyc3.Connectors.Sdk.Manifests;

/// <summary>One action of a connector, as its manifest declares it.</summary>
/// <param name="Name">Name in the path: lower-case with dashes or dots.</param>
/// <param name="Description">One sentence for people; may be empty.</param>
/// <param name="Input">Schema of the input object.</param>
/// <param name="Output">Schema of the output; null when it is not described.</param>
/// <param name="Permission">Permission the caller needs; null for the default of actions.</param>
/// <param name="Idempotent">Whether a repeat leaves the same state, so that the host may retry.</param>
public sealed record ActionManifest(
    string Name,
    string Description,
    JsonSchema Input,
    JsonSchema? Output,
    string? Permission,
    bool Idempotent
);
