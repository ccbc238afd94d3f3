using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsS3.Faults;

/// <summary>What an error of the store means to a caller.</summary>
internal sealed record ErrorMeaning(ErrorKind Kind, string Code, string Message, string? Field = null);
