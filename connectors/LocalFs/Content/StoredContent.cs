using Yyc3.Connectors.LocalFs.Sidecar;

namespace Yyc3.Connectors.LocalFs.Content;

/// <summary>What was written to a file.</summary>
/// <param name="Size">Bytes the caller sent.</param>
/// <param name="Hash">SHA-256 of what the caller sent.</param>
/// <param name="StoredHash">SHA-256 of what is in the file.</param>
/// <param name="Form">How the two relate.</param>
internal sealed record StoredContent(long Size, string Hash, string StoredHash, StoredForm Form);
