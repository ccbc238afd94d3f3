using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Rpc.Rest.Errors;
using Yyc3.Connectors.Rpc.Rest.Json;
using Yyc3.Connectors.Rpc.Rest.Routing;

namespace Yyc3.Connectors.Rpc.Rest.Requests;

/// <summary>Reads a JSON body whole, as far as the limit goes, and turns it into the request message.</summary>
internal static class JsonBody
{
    public static async ValueTask<IMessage> ReadAsync(
        HttpContext http,
        RestRoute route,
        CancellationToken cancellationToken
    )
    {
        var language = ErrorLanguages.Of(http.Request);
        var limit = route.Handler.Options.MaxReceiveMessageSize ?? int.MaxValue;
        if (http.Request.ContentLength > limit)
        {
            throw TooLarge(limit, language);
        }

        var input = http.Request.BodyReader;
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            if (result.Buffer.Length > limit)
            {
                // The server could not drain what is left, and would end the connection.
                input.AdvanceTo(result.Buffer.End);
                throw TooLarge(limit, language);
            }

            if (result.IsCompleted)
            {
                return Parse(input, result.Buffer, http.Request, route, language);
            }

            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static IMessage Parse(
        PipeReader input,
        ReadOnlySequence<byte> body,
        HttpRequest request,
        RestRoute route,
        ErrorLanguage language
    )
    {
        byte[]? rented = null;
        try
        {
            if (body.IsEmpty)
            {
                return route.NeedsBody
                    ? throw RestFault.Create(
                        RpcErrors.InvalidRequest,
                        language,
                        route.Binding.Body.Trim('*'),
                        "the body is empty"
                    )
                    : RestRoute.Create(route.Input);
            }

            RefuseOtherTypes(request, language);
            if (!body.IsSingleSegment)
            {
                rented = ArrayPool<byte>.Shared.Rent((int)body.Length);
                body.CopyTo(rented);
            }

            var json = rented is null ? body.FirstSpan : rented.AsSpan(0, (int)body.Length);
            return Parse(json, route);
        }
        catch (JsonReadException e)
        {
            throw RestFault.Of(e, language);
        }
        finally
        {
            input.AdvanceTo(body.End);
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private static IMessage Parse(ReadOnlySpan<byte> json, RestRoute route)
    {
        if (route.BodyMember is not { } member)
        {
            return route.Codec.Read(route.Input.Descriptor, json);
        }

        var message = RestRoute.Create(route.Input);
        JsonCodec.ReadMember(member, message, json, member.Descriptor.JsonName);
        return message;
    }

    private static void RefuseOtherTypes(HttpRequest request, ErrorLanguage language)
    {
        if (!IsJson(request.ContentType))
        {
            throw RestFault.Create(
                RpcErrors.UnsupportedMediaType,
                language,
                HeaderNames.ContentType,
                "must be application/json in UTF-8"
            );
        }

        if (request.Headers.ContentEncoding.ToString() is not ("" or "identity"))
        {
            throw RestFault.Create(
                RpcErrors.UnsupportedMediaType,
                language,
                HeaderNames.ContentEncoding,
                "the body must not be compressed"
            );
        }
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Suffix == "json")
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static Grpc.Core.RpcException TooLarge(int limit, ErrorLanguage language) =>
        RestFault.Create(RpcErrors.PayloadTooLarge, language, reason: $"a JSON body may have {limit} bytes");
}
