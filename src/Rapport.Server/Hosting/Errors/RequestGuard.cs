using System.Diagnostics;
using Rapport.Data;
using Rapport.Records;

namespace Rapport.Server.Hosting;

/// <summary>
/// The outermost piece: whatever happens further in becomes one well-formed answer and one log line. No stack trace and no text of an
/// exception reaches a caller.
/// </summary>
internal sealed class RequestGuard(RequestDelegate next, ILogger<RequestGuard> log)
{
    private static readonly Failure Damaged = Failure.Of(new StorageException(StorageFailure.Broken));

    public async Task InvokeAsync(HttpContext context)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null })
            {
                await context.WriteAsync(Failure.Of(context, context.Response.StatusCode));
            }
        }
        catch (Exception error) when (context.RequestAborted.IsCancellationRequested && error is OperationCanceledException or IOException)
        {
            // The client hung up, and that ended the work: no failure of ours.
        }
        catch (BadHttpRequestException error)
        {
            await AnswerAsync(context, Failure.Of(context, error.StatusCode));
        }
        catch (RecordErasedException)
        {
            await AnswerAsync(context, Failure.NothingHere);
        }
        catch (RecordFullException error)
        {
            await AnswerAsync(context, new(StatusCodes.Status507InsufficientStorage, Gathering.Importer.NoRoom, error.Message));
        }
        catch (NotFreshException error)
        {
            await AnswerAsync(context, new(StatusCodes.Status403Forbidden, "login", error.Message));
        }
        catch (MissingScopeException error)
        {
            await AnswerAsync(
                context,
                new(StatusCodes.Status403Forbidden, "forbidden", error.Message),
                $"Bearer realm=\"rapport\", error=\"insufficient_scope\", scope=\"{Scopes.NameOf(error.Needed)}\"");
        }
        catch (StorageException error)
        {
            var (route, cause) = (Route(context), Describe(error.InnerException ?? error));
            Log.StorageFailed(log, route, error.Failure, cause);
            await AnswerAsync(context, Failure.Of(error));
        }
        catch (Exception error)
        {
            var (route, cause) = (Route(context), Describe(error));
            Log.RequestFailed(log, route, cause, error.StackTrace);
            await AnswerAsync(context, error is SealBrokenException or LedgerBrokenException or InvalidDataException
                ? Damaged
                : Failure.Of(context, StatusCodes.Status500InternalServerError));
        }

        LogRequest(context, began);
    }

    private static async Task AnswerAsync(HttpContext context, Failure failure, string? challenge = null)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
            return;
        }

        if (context.Response.HasStarted || context.Response.BodyWriter.UnflushedBytes > 0)
        {
            // Half an answer is on its way: cut the connection, so that nobody takes it for a whole one.
            context.Abort();
            return;
        }

        context.Response.Clear();
        if (challenge is not null)
        {
            context.Response.Headers.WWWAuthenticate = challenge;
        }

        await context.WriteAsync(failure);
    }

    /// <summary>
    /// Our own failures and refusals of access are told; the rest, each disclosure among it, at debug level only: it stands in a ledger anyway.
    /// </summary>
    private void LogRequest(HttpContext context, long began)
    {
        var status = context.Response.StatusCode;
        var level = status switch
        {
            >= 500 => LogLevel.Warning,
            StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests => LogLevel.Information,
            _ => LogLevel.Debug,
        };
        if (log.IsEnabled(level))
        {
            var (route, took) = (Route(context), (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Log.RequestAnswered(log, level, context.Request.Method, route, status, took);
        }
    }

    /// <summary>The route's template, never the path: a path holds ids.</summary>
    private static string Route(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";

    /// <summary>An exception by its type and, where there is one, the database's code. Its text may quote data.</summary>
    private static string Describe(Exception error) => error switch
    {
        System.Data.Common.DbException { SqlState: { } state } => $"{error.GetType().Name} {state}",
        _ => error.GetType().Name,
    };
}
