using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Rest.Json;

namespace Yyc3.Connectors.Rpc.Rest.Errors;

/// <summary>Builds the failures that this transport finds by itself.</summary>
internal static class RestFault
{
    public static RpcException Create(
        ErrorDefinition error,
        ErrorLanguage language,
        string? field = null,
        string? reason = null
    ) => (RichStatus.Create(error, language) with { Field = NotEmpty(field), Reason = reason }).ToException();

    public static RpcException Of(JsonReadException fault, ErrorLanguage language, string field = "") =>
        Create(
            fault.IsMalformed ? RpcErrors.MalformedJson : RpcErrors.InvalidRequest,
            language,
            fault.Field.Length > 0 ? fault.Field : field,
            fault.Reason
        );

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
