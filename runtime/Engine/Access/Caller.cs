using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Yyc3.Connectors.Runtime.Access;

/// <summary>Who calls: the key's tenant and what it may do. Immutable.</summary>
internal sealed class Caller(string keyId, string tenantId, int permissions, bool isAdmin)
{
    public string KeyId { get; } = keyId;

    public string TenantId { get; } = tenantId;

    public bool IsAdmin { get; } = isAdmin;

    public bool May(string permission) =>
        IsAdmin
        || (
            !string.Equals(permission, KnownPermission.Admin, StringComparison.Ordinal)
            && (permissions & KnownPermission.Bit(permission)) != 0
        );

    /// <summary>The caller that <see cref="AccessMiddleware"/> has let in.</summary>
    public static Caller Of(ServerCallContext context) => Of(context.GetHttpContext());

    public static Caller Of(HttpContext http) =>
        http.Features.Get<Caller>() ?? throw new InvalidOperationException("The call has not been authenticated.");
}
