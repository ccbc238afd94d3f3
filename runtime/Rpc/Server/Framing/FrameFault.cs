using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Errors;

namespace Yyc3.Connectors.Rpc.Server.Framing;

/// <summary>What a peer can do wrong with frames, and the status each deserves.</summary>
internal static class FrameFault
{
    public static RpcException TooLarge(long size, int limit) =>
        TooLarge($"A message of {size} bytes exceeds the limit of {limit} bytes.");

    public static RpcException InflatesTooLarge(int limit) =>
        TooLarge($"A message exceeds the limit of {limit} bytes when decompressed.");

    public static RpcException BadFlag(byte flag) => Internal($"A message begins with the unknown flag {flag}.");

    public static RpcException Truncated() => Internal("The request ends within a message.");

    public static RpcException CompressedWithoutEncoding() =>
        Internal("A message is marked compressed, but grpc-encoding names no compression.");

    public static RpcException BadCompression(Exception cause) => Internal("A message cannot be decompressed.", cause);

    public static RpcException BadMessage(Exception cause) => Internal("A request message cannot be parsed.", cause);

    public static RpcException BadBase64() => Internal("The body is not base64.");

    public static RpcException ClientGone(Exception cause) =>
        new(new Status(StatusCode.Cancelled, "The client closed the request.", cause));

    private static RpcException Internal(string detail, Exception? cause = null) =>
        new(new Status(StatusCode.Internal, detail, cause));

    private static RpcException TooLarge(string detail) =>
        (
            RichStatus.Create(RpcErrors.PayloadTooLarge, ErrorLanguage.English) with
            {
                Message = detail,
                Retryable = false,
            }
        ).ToException();
}
