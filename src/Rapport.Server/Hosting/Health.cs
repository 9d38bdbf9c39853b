using Dapper;
using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>Whether the server can do its work: for monitors, so without signing in, and telling nothing else.</summary>
internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder app) =>
        app.MapGet("/health", CheckAsync).AllowAnonymous().WithTags("health").WithSummary("Whether the server and its database are well").Produces<HealthStatus>();

    private static async Task<IResult> CheckAsync(Database database, CancellationToken cancel)
    {
        await database.ReadAsync(connection => connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM installation"), cancel);
        return TypedResults.Ok(new HealthStatus("ok"));
    }

    internal sealed record HealthStatus(string Status);
}
