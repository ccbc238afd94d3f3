using Google.Protobuf;
using Yyc3.Connectors.Contracts.Integration.V1;

namespace Yyc3.Connectors.Runtime.Mapping;

/// <summary>The mapping of a run, ready to be applied. Immutable.</summary>
internal sealed class ResourceMappings
{
    private readonly Dictionary<string, ResourceMapping> _byResource;
    private readonly Dictionary<string, string> _byTarget;

    private ResourceMappings(FieldMappings document)
    {
        _byResource = document.Resources.ToDictionary(mapping => mapping.Resource, StringComparer.Ordinal);
        _byTarget = document.Resources.ToDictionary(NameOf, mapping => mapping.Resource, StringComparer.Ordinal);
    }

    /// <summary>Resources have other names at the target.</summary>
    public bool HasNames => _byTarget.Any(pair => !string.Equals(pair.Key, pair.Value, StringComparison.Ordinal));

    /// <param name="document">A document that was checked; null for none.</param>
    public static ResourceMappings Of(FieldMappings? document) => new(document ?? new FieldMappings());

    /// <param name="json">As a plan keeps it.</param>
    public static ResourceMappings Read(string? json) => Of(ReadDocument(json));

    /// <summary>The document that a text holds; null for none.</summary>
    public static FieldMappings? ReadDocument(string? json) =>
        json is null ? null : JsonParser.Default.Parse<FieldMappings>(json);

    /// <summary>The target's name of a resource of the integration.</summary>
    public string TargetOf(string resource) =>
        _byResource.TryGetValue(resource, out var mapping) ? NameOf(mapping) : resource;

    /// <summary>The integration's name of a resource of the target.</summary>
    public string SourceOf(string target) => _byTarget.GetValueOrDefault(target, target);

    /// <summary>From the integration to the target; null when records are moved as they are.</summary>
    public RecordMapping? Pull(string resource) =>
        _byResource.TryGetValue(resource, out var mapping) && HasFields(mapping)
            ? new RecordMapping(mapping.Fields, KeepsOthers(mapping))
            : null;

    /// <summary>From the target to the integration; null when records are moved as they are.</summary>
    public RecordMapping? Push(string resource) =>
        _byResource.TryGetValue(resource, out var mapping) && HasFields(mapping)
            ? new RecordMapping(
                mapping.Push.Count > 0 ? mapping.Push : MappingReversal.Of(mapping.Fields),
                KeepsOthers(mapping),
                mapping.Push.Count > 0 ? [] : MappingReversal.Made(mapping.Fields)
            )
            : null;

    private static string NameOf(ResourceMapping mapping) =>
        mapping.Target.Length > 0 ? mapping.Target : mapping.Resource;

    private static bool HasFields(ResourceMapping mapping) =>
        mapping.Fields.Count > 0 || mapping.Push.Count > 0 || !KeepsOthers(mapping);

    private static bool KeepsOthers(ResourceMapping mapping) => mapping.Others != OtherFields.Drop;
}
