namespace Yyc3.Connectors.AwsSqs.Client;

/// <summary>Headers that prove who made a request.</summary>
/// <param name="Date">Value of <c>X-Amz-Date</c>.</param>
/// <param name="Authorization">Value of <c>Authorization</c>.</param>
internal readonly record struct RequestSignature(string Date, string Authorization);
