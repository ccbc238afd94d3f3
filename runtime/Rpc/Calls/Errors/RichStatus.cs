using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;
using Status = Grpc.Core.Status;

namespace Yyc3.Connectors.Rpc.Calls.Errors;

/// <summary>A failure with its details, as it travels in the trailer grpc-status-details-bin.</summary>
public sealed record RichStatus(string Code, StatusCode StatusCode, string Message)
{
    public const string Domain = "connectors.yyc3";
    public const string Trailer = "grpc-status-details-bin";

    private const string FieldKey = "field";
    private const string ReasonKey = "reason";
    private const string RetryableKey = "retryable";

    /// <summary>The request field that is at fault.</summary>
    public string? Field { get; init; }

    /// <summary>What is wrong with it, or why the call failed.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the same call may succeed later. Null: not known.</summary>
    public bool? Retryable { get; init; }

    public TimeSpan? RetryDelay { get; init; }

    /// <summary>Further details by name.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } =
        System.Collections.Frozen.FrozenDictionary<string, string>.Empty;

    public static RichStatus Create(ErrorDefinition definition, ErrorLanguage language, params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return new RichStatus(definition.Code, definition.Status, definition.Message(language, args));
    }

    /// <summary>The details in these trailers, or null when there are none that can be read.</summary>
    public static RichStatus? Parse(Metadata trailers)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        if (trailers.Get(Trailer) is not { IsBinary: true } entry)
        {
            return null;
        }
        try
        {
            return Read(RpcStatus.Parser.ParseFrom(entry.ValueBytes));
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>The details of this exception, or those its status implies.</summary>
    public static RichStatus Of(RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return Parse(exception.Trailers) ?? Of(exception.Status, ErrorLanguage.English);
    }

    /// <summary>What a bare status implies.</summary>
    public static RichStatus Of(Status status, ErrorLanguage language)
    {
        var definition = ErrorCatalog.Default(status.StatusCode);
        var message = status.Detail.Length > 0 ? status.Detail : definition.Message(language);
        return new RichStatus(definition.Code, status.StatusCode, message);
    }

    public RichStatus About(string field, string reason) => this with { Field = field, Reason = reason };

    public RpcException ToException(Exception? cause = null)
    {
        var trailers = new Metadata();
        AddTo(trailers);
        return new RpcException(new Status(StatusCode, Message, cause), trailers, $"{Code}: {Message}");
    }

    public void AddTo(Metadata trailers)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        trailers.Add(Trailer, ToProto().ToByteArray());
    }

    public RpcStatus ToProto()
    {
        // This release of the library still calls the first field "type"; on the wire it is "reason".
        var info = new ErrorInfo { Type = Code, Domain = Domain };
        foreach (var (name, value) in Details)
        {
            info.Metadata[name] = value;
        }
        SetIfGiven(info, FieldKey, Field);
        SetIfGiven(info, ReasonKey, Reason);
        SetIfGiven(info, RetryableKey, Retryable is { } retryable ? (retryable ? "true" : "false") : null);
        var status = new RpcStatus { Code = (int)StatusCode, Message = Message };
        status.Details.Add(Any.Pack(info));
        if (Field is not null)
        {
            var violation = new BadRequest.Types.FieldViolation { Field = Field, Description = Reason ?? Message };
            status.Details.Add(Any.Pack(new BadRequest { FieldViolations = { violation } }));
        }
        if (RetryDelay is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        }
        return status;
    }

    private static void SetIfGiven(ErrorInfo info, string key, string? value)
    {
        if (value is not null)
        {
            info.Metadata[key] = value;
        }
    }

    private static RichStatus Read(RpcStatus status)
    {
        var code = (StatusCode)status.Code;
        var rich = new RichStatus(ErrorCatalog.Default(code).Code, code, status.Message);
        foreach (var detail in status.Details)
        {
            if (detail.TryUnpack<ErrorInfo>(out var info))
            {
                rich = rich.With(info);
            }
            else if (detail.TryUnpack<BadRequest>(out var bad) && bad.FieldViolations.Count > 0)
            {
                var violation = bad.FieldViolations[0];
                rich = rich with
                {
                    Field = rich.Field ?? violation.Field,
                    Reason = rich.Reason ?? violation.Description,
                };
            }
            else if (detail.TryUnpack<RetryInfo>(out var retry) && retry.RetryDelay is not null)
            {
                rich = rich with { RetryDelay = retry.RetryDelay.ToTimeSpan() };
            }
        }
        return rich;
    }

    private RichStatus With(ErrorInfo info)
    {
        var details = new Dictionary<string, string>(info.Metadata, StringComparer.Ordinal);
        details.Remove(FieldKey, out var field);
        details.Remove(ReasonKey, out var reason);
        details.Remove(RetryableKey, out var retryable);
        return this with
        {
            Code = info.Type,
            Field = field,
            Reason = reason,
            Retryable = retryable is null ? null : string.Equals(retryable, "true", StringComparison.Ordinal),
            Details = details,
        };
    }
}
