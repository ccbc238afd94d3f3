namespace Yyc3.Connectors.LocalFs.Content;

/// <summary>Carries what the caller's stream threw past the place that explains failures of the file system.</summary>
internal sealed class SourceFault(Exception cause) : Exception(cause.Message, cause);
