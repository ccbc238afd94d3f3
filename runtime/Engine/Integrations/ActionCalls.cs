using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Runtime.Access;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Sdk.Actions;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>Performs what manifests declare as actions: permission and input are checked before the connector sees them.</summary>
internal sealed class ActionCalls(ConnectorCalls calls)
{
    private const string ReadPermission = "integration:read";
    private const string WritePermission = "integration:update";

    /// <summary>The permission an action asks for when its manifest names none.</summary>
    public static string DefaultPermission(bool isIdempotent) => isIdempotent ? ReadPermission : WritePermission;

    public async Task<InvokeActionResponse> InvokeAsync(InvokeActionRequest request, ServerCallContext context)
    {
        using var session = await calls.EnterAsync<IActions>(context, request.IntegrationId, "actions");
        var declared = session.Plugin.Manifest!.Actions;
        var action =
            declared.FirstOrDefault(action => string.Equals(action.Name, request.Action, StringComparison.Ordinal))
            ?? throw new FaultException(Fault.ActionNotFound)
            {
                Field = "action",
                Reason = $"must be one of {string.Join(", ", declared.Select(action => action.Name))}",
            };
        var permission = action.Permission ?? DefaultPermission(action.Idempotent);
        if (!Caller.Of(context).May(permission))
        {
            throw new FaultException(RpcErrors.PermissionDenied) { Reason = $"needs the permission {permission}" };
        }

        var input = action.Input.WithDefaults(IntegrationSetup.ToJson(request.Input ?? new Struct()));
        if (action.Input.Validate(input) is [var first, ..])
        {
            throw Fault.Invalid(first.Path.Length == 0 ? "input" : first.Path, first.Reason);
        }

        var output = await session.RunAsync(
            "action",
            // An idempotency key promises the caller that it happens once; the connector never sees it.
            action.Idempotent,
            attemptTime: null,
            (request.Action, input),
            static (actions, call, token) => actions.InvokeAsync(call.Action, call.input, token),
            context.CancellationToken
        );
        return new InvokeActionResponse { Output = JsonParser.Default.Parse<Value>(output.GetRawText()) };
    }
}
