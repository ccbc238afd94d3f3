using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Yyc3.Connectors.Rpc.Calls.Errors;

/// <summary>Chinese when the caller's first choice is Chinese, else English.</summary>
public static class ErrorLanguages
{
    public const string Header = "accept-language";

    public static ErrorLanguage Of(string? acceptLanguage) =>
        acceptLanguage is not null
        && acceptLanguage.AsSpan().TrimStart().StartsWith("zh", StringComparison.OrdinalIgnoreCase)
            ? ErrorLanguage.Chinese
            : ErrorLanguage.English;

    public static ErrorLanguage Of(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Of(request.Headers.AcceptLanguage.ToString());
    }

    public static ErrorLanguage Of(ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context is ServerCall call ? call.Language : Of(context.RequestHeaders.GetValue(Header));
    }
}
