using System.Globalization;
using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls.Errors;

/// <summary>One way a call can fail, with its spelling on every transport.</summary>
/// <param name="Code">Stable name in UPPER_SNAKE.</param>
/// <param name="Status">Status on gRPC.</param>
/// <param name="HttpStatus">Status on REST.</param>
/// <param name="English">Message; {0}, {1}… stand for arguments.</param>
/// <param name="Chinese">The same message in Chinese.</param>
public sealed record ErrorDefinition(string Code, StatusCode Status, int HttpStatus, string English, string Chinese)
{
    public string Message(ErrorLanguage language, params object?[] args)
    {
        var text = language == ErrorLanguage.Chinese ? Chinese : English;
        return args is null or [] ? text : string.Format(CultureInfo.InvariantCulture, text, args);
    }
}
