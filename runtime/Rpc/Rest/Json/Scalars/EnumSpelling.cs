using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Options;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

/// <summary>How enum values are spelled in JSON, queries and the API reference.</summary>
internal static class EnumSpelling
{
    public static string Of(EnumValueDescriptor value) =>
        value.GetOptions()?.GetExtension(OptionsExtensions.Json) is { Length: > 0 } name ? name : value.Name;

    /// <summary>What a caller may send: without the "unspecified" zero when that has no spelling of its own.</summary>
    public static IEnumerable<string> Choices(EnumDescriptor descriptor)
    {
        var spelled = descriptor.Values.Any(value => Of(value) != value.Name);
        return descriptor.Values.Where(value => !spelled || value.Number != 0 || Of(value) != value.Name).Select(Of);
    }
}
