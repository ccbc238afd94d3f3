using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MySql;

/// <summary>What an error of the server means to the caller.</summary>
/// <param name="Kind">Decides status and retry.</param>
/// <param name="Code">Stable reason.</param>
/// <param name="Message">One sentence for a person.</param>
internal sealed record ErrorReason(ErrorKind Kind, string Code, string Message);
