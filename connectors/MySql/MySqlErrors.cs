using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.MySql.Statements;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MySql;

/// <summary>Turns error numbers into the SDK's errors. The server's texts are for the log only: they quote values.</summary>
internal static class MySqlErrors
{
    public const string AuthMethodUnsupported = "AUTH_METHOD_UNSUPPORTED";

    /// <summary>Maps whatever a statement has thrown.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="statement">What was running; null when none was.</param>
    /// <param name="deadline">When it must have ended; null when nothing ends it.</param>
    /// <returns>The exception to throw.</returns>
    public static Exception Map(Exception error, MySqlStatement? statement, StatementDeadline? deadline) =>
        error switch
        {
            ConnectorException => error,
            MySqlValueException value when statement is not null => statement.Refuse(value),
            MySqlException failure when !IsStop(failure) => Map(failure, statement),
            // It was stopped, or its connection was broken because it could not be.
            _ when deadline is { IsOver: true } => deadline.Error(error),
            MySqlException failure => Map(failure, statement),
            OperationCanceledException => error,
            MySqlAuthenticationException => new ConnectorException(
                ErrorKind.PreconditionFailed,
                AuthMethodUnsupported,
                "The server asks for a way to authenticate that this connector does not speak.",
                innerException: error
            ),
            MySqlPacketTooLargeException => new ConnectorException(
                ErrorKind.PreconditionFailed,
                "ROW_TOO_LARGE",
                "A row of the answer is larger than maxRowBytes allows.",
                innerException: error
            ),
            ObjectDisposedException => NetworkFault.Find(new EndOfStreamException())!.ToException(error),
            _ when NetworkFault.Find(error) is { } fault => fault.ToException(error),
            _ => new ConnectorException(
                ErrorKind.MalformedAnswer,
                "MALFORMED_ANSWER",
                "The server's answer cannot be understood.",
                innerException: error
            ),
        };

    /// <summary>Tells that nobody knows whether a transaction was committed.</summary>
    /// <param name="error">What broke the connection.</param>
    /// <returns>The exception to throw.</returns>
    public static ConnectorException CommitUnknown(Exception error) =>
        new(
            ErrorKind.Unavailable,
            "COMMIT_UNKNOWN",
            "The connection was lost during the commit; the change may or may not be stored.",
            innerException: error
        );

    private static bool IsStop(MySqlException failure) =>
        failure.Number
            is MySqlErrorCode.QueryInterrupted
                or MySqlErrorCode.MaxStatementTimeExceeded
                or MySqlErrorCode.MaxExecutionTimeExceeded;

    private static ConnectorException Map(MySqlException failure, MySqlStatement? statement)
    {
        if (failure.Number == 1792 && statement is { IsQuery: true })
        {
            return StatementGuard.ReadOnly(statement.Field, failure);
        }

        if (statement is not null && ErrorReasons.OfStatement(failure) is { } refusal)
        {
            return new ConnectorException(
                ErrorKind.InvalidArgument,
                "INVALID_ARGUMENT",
                refusal,
                innerException: failure
            )
            {
                Field = statement.Field,
            };
        }

        var reason = ErrorReasons.Of(failure);
        return new ConnectorException(reason.Kind, reason.Code, reason.Message, innerException: failure);
    }
}
