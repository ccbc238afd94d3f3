namespace Yyc3.Connectors.Sdk.Manifests;

/// <summary>
/// A native library that a plugin needs and may not carry. Where none is found the plugin is listed as unavailable, with the way
/// to get it.
/// </summary>
/// <param name="Name">Name without prefix for people and file name without extension: <c>librdkafka</c>.</param>
/// <param name="SystemNames">File names under which the system's loader may know it: <c>librdkafka.so.1</c>.</param>
/// <param name="Variable">Environment variable that may hold its path; null for none.</param>
/// <param name="Obtain">The one command that gets it.</param>
public sealed record NativeLibraryManifest(
    string Name,
    IReadOnlyList<string> SystemNames,
    string? Variable,
    string Obtain
);
