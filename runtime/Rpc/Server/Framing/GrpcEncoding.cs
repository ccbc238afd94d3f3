namespace Yyc3.Connectors.Rpc.Server.Framing;

/// <summary>Values of grpc-encoding.</summary>
internal static class GrpcEncoding
{
    public const string Gzip = "gzip";
    public const string Identity = "identity";
    public const string Deflate = "deflate";
    public const string Accepted = "identity,gzip,deflate";

    /// <summary>The request header that lets a service choose the compression of its response.</summary>
    public const string ResponseRequestKey = "grpc-internal-encoding-request";

    public static bool IsKnown(string? encoding) => encoding is null or Identity or Gzip or Deflate;

    public static bool Accepts(string? acceptEncoding, string encoding)
    {
        if (acceptEncoding is null)
        {
            return false;
        }
        foreach (var part in acceptEncoding.AsSpan().Split(','))
        {
            if (acceptEncoding.AsSpan(part).Trim().Equals(encoding, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return false;
    }
}
