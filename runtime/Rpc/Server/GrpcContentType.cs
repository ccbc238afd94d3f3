namespace Yyc3.Connectors.Rpc.Server;

internal static class GrpcContentType
{
    public const string Grpc = "application/grpc";
    public const string Web = "application/grpc-web+proto";
    public const string WebText = "application/grpc-web-text+proto";

    public static GrpcFormat Parse(string? contentType)
    {
        if (contentType is null || !contentType.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase))
        {
            return GrpcFormat.None;
        }
        var rest = contentType.AsSpan(Grpc.Length);
        if (IsProto(rest))
        {
            return GrpcFormat.Grpc;
        }
        if (rest.StartsWith("-web-text", StringComparison.OrdinalIgnoreCase))
        {
            return IsProto(rest["-web-text".Length..]) ? GrpcFormat.WebText : GrpcFormat.None;
        }
        return rest.StartsWith("-web", StringComparison.OrdinalIgnoreCase) && IsProto(rest["-web".Length..])
            ? GrpcFormat.Web
            : GrpcFormat.None;
    }

    private static bool IsProto(ReadOnlySpan<char> suffix)
    {
        if (suffix.StartsWith("+proto", StringComparison.OrdinalIgnoreCase))
        {
            suffix = suffix["+proto".Length..];
        }
        return suffix.IsEmpty || suffix[0] is ';' or ' ';
    }
}
