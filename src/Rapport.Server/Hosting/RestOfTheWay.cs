namespace Rapport.Server.Hosting;

/// <summary>
/// The way that requests go after the rate limiter, let go of when the server is disposed. ASP.NET Core never disposes the limiter, so its timer holds it as long as the process lives: with all that
/// comes after it, where a process has one server after the other.
/// </summary>
internal sealed class RestOfTheWay : IDisposable
{
    private RequestDelegate? _next;

    /// <inheritdoc/>
    public void Dispose() => _next = null;

    /// <summary>Puts it behind whatever was put into the pipeline last.</summary>
    public static void PutInto(WebApplication app)
    {
        var rest = app.Services.GetRequiredService<RestOfTheWay>();
        app.Use(next =>
        {
            rest._next = next;
            return rest.GoOnAsync;
        });
    }

    private Task GoOnAsync(HttpContext context) => (_next ?? throw new ObjectDisposedException(nameof(RestOfTheWay)))(context);
}
