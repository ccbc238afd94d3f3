namespace Yyc3.Connectors.Sdk;

/// <summary>
/// The one exception a connector throws on purpose. The host shows <see cref="Code"/>, <see cref="Exception.Message"/> and
/// <see cref="Field"/> to callers, so none may hold a secret, a stack trace or the provider's raw text. The inner exception
/// is logged, never shown.
/// </summary>
/// <param name="kind">Decides the gRPC code, the HTTP status and whether the host retries.</param>
/// <param name="code">Stable reason in UPPER_SNAKE, such as <c>OBJECT_NOT_FOUND</c>.</param>
/// <param name="message">One English sentence for a person.</param>
/// <param name="retryAfter">How long the provider asks to wait; null if it did not say.</param>
/// <param name="innerException">The cause, for the log.</param>
public sealed class ConnectorException(
    ErrorKind kind,
    string code,
    string message,
    TimeSpan? retryAfter = null,
    Exception? innerException = null
) : Exception(message, innerException)
{
    /// <summary>Decides the gRPC code, the HTTP status and whether the host retries.</summary>
    public ErrorKind Kind { get; } = kind;

    /// <summary>Stable reason in UPPER_SNAKE.</summary>
    public string Code { get; } = code;

    /// <summary>How long the provider asks to wait; null if it did not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>
    /// Dotted path of the input that is wrong: <c>path</c>, <c>params.since</c>, <c>config.root</c>; null when no input is.
    /// </summary>
    public string? Field { get; init; }

    /// <summary>Machine-readable additions for the caller, such as the size of an object; never secrets.</summary>
    public IReadOnlyDictionary<string, string>? Details { get; init; }

    /// <summary>Makes the error for one wrong input.</summary>
    /// <param name="field">Dotted path of the input.</param>
    /// <param name="reason">What is wrong with it, without the field's name: <c>must not contain '..'</c>.</param>
    /// <returns>An exception of kind <see cref="ErrorKind.InvalidArgument"/>, code <c>INVALID_ARGUMENT</c>.</returns>
    public static ConnectorException Invalid(string field, string reason) =>
        new(ErrorKind.InvalidArgument, "INVALID_ARGUMENT", reason) { Field = field };
}
