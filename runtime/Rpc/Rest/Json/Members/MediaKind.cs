namespace Yyc3.Connectors.Rpc.Rest.Json.Members;

/// <summary>How bytes of a content type are shown in JSON.</summary>
internal enum MediaKind
{
    Json,
    Text,
    Binary,
}
