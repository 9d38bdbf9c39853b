namespace Rapport.Server.Hosting;

/// <summary>Refuses access tokens in the query: addresses end up in histories, logs and referrers.</summary>
internal sealed class NoSecretsInAddresses(RequestDelegate next)
{
    private static readonly Failure Refused = new(
        StatusCodes.Status400BadRequest, "security", "an access token does not belong in an address: revoke it, and send the new one as `Authorization: Bearer …`");

    public Task InvokeAsync(HttpContext context) =>
        context.Request.QueryString is { HasValue: true, Value: { } query } && HoldsToken(query) ? context.WriteAsync(Refused) : next(context);

    private static bool HoldsToken(string query) =>
        query.Contains("access_token=", StringComparison.OrdinalIgnoreCase) || query.Contains("=rapport_", StringComparison.Ordinal);
}
