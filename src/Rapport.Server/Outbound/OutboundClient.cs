using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Threading.RateLimiting;
using Rapport.Data;

namespace Rapport.Server.Outbound;

/// <summary>
/// The one way by which the server asks others. It cannot be turned against the network it stands in (<see cref="OutboundRules"/>); follows a few hops by itself, each checked anew; sends no cookie,
/// no credential and nobody's name; and reads no more, and no longer, than what was asked for. Thread safe.
/// </summary>
internal sealed class OutboundClient : IDisposable
{
    /// <summary>How long nothing may come before an answer counts as broken off.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(15);

    private const int MostHops = 3;
    private const int MostHeaderKilobytes = 16;

    /// <summary>What one person has under way, and how many more wait.</summary>
    private const int AtOnce = 4, Waiting = 16;

    /// <summary>What everybody has under way together.</summary>
    private const int AtOnceInAll = 32;

    private readonly OutboundRules _rules;
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _sender;
    private readonly PartitionedRateLimiter<PersonId> _limiter;

    /// <param name="openings">What the operator opened.</param>
    /// <param name="clock">The one clock.</param>
    /// <param name="log">Told that something was refused, never what.</param>
    /// <param name="resolve">Finds the addresses of a name; null for how the machine does it.</param>
    public OutboundClient(IReadOnlyList<OutboundOpening> openings, TimeProvider clock, ILogger<OutboundClient> log, ResolveName? resolve = null)
    {
        (_rules, _clock) = (new OutboundRules(openings), clock);
        var connector = new OutboundConnector(_rules, resolve ?? Dns.GetHostAddressesAsync, clock, log);
        _sender = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            Credentials = null,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = MostHeaderKilobytes,
            MaxResponseDrainSize = 0,
            ConnectTimeout = Idle,
            PooledConnectionIdleTimeout = Idle,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = connector.ConnectAsync,
        });
        _limiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<PersonId, PersonId>(static person => RateLimitPartition.GetConcurrencyLimiter(
                person, static _ => new ConcurrencyLimiterOptions { PermitLimit = AtOnce, QueueLimit = Waiting })),
            PartitionedRateLimiter.Create<PersonId, int>(static _ => RateLimitPartition.GetConcurrencyLimiter(
                0, static _ => new ConcurrencyLimiterOptions { PermitLimit = AtOnceInAll, QueueLimit = AtOnceInAll * Waiting })));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sender.Dispose();
        _limiter.Dispose();
    }

    /// <summary>Asks, and reads the whole answer.</summary>
    /// <param name="person">On whose behalf, so that one does not keep out the others.</param>
    /// <param name="request">What.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<OutboundAnswer> AskAsync(PersonId person, OutboundRequest request, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(request.Patience, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            using var lease = await _limiter.AcquireAsync(person, 1, both.Token);
            return lease.IsAcquired ? await FollowAsync(request, both.Token) : Fail(OutboundFailure.TooMany);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && FailureOf(e) is { } failure)
        {
            return Fail(failure);
        }
    }

    private async Task<OutboundAnswer> FollowAsync(OutboundRequest request, CancellationToken cancel)
    {
        var address = request.Address;
        for (var hop = 0; hop <= MostHops; hop++)
        {
            if (!_rules.MayAsk(address))
            {
                return Fail(hop == 0 ? OutboundFailure.NotAsked : OutboundFailure.Misdirected);
            }

            using var message = MessageOf(request, address);
            using var response = await _sender.SendAsync(message, cancel);
            var reading = new OutboundReading(response, request.MostBytes, _clock);
            if (request.IsStatusEnough)
            {
                return reading.Status();
            }

            if (!IsSentOn(response.StatusCode))
            {
                return await reading.ReadAsync(cancel);
            }

            if (NextOf(response, address, request) is not { } next)
            {
                return Fail(OutboundFailure.Misdirected);
            }

            address = next;
        }

        return Fail(OutboundFailure.Misdirected);
    }

    private static bool IsSentOn(HttpStatusCode status) =>
        status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>Where it sends on to. What is sent along goes on only where the answer says that it should, and nothing goes from https to http.</summary>
    private static Uri? NextOf(HttpResponseMessage response, Uri from, OutboundRequest request)
    {
        var keepsBody = response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
        return response.Headers.Location is { } location && (request.Content is null || keepsBody)
            && Uri.TryCreate(from, location, out var next) && (from.Scheme == "http" || next.Scheme == "https")
            ? next
            : null;
    }

    private static HttpRequestMessage MessageOf(OutboundRequest request, Uri address)
    {
        var message = new HttpRequestMessage(request.Content is null ? HttpMethod.Get : HttpMethod.Post, address) { Version = HttpVersion.Version11 };
        message.Headers.Accept.ParseAdd(request.Accept);
        message.Headers.UserAgent.ParseAdd("Rapport");
        if (request.Content is { } content)
        {
            message.Content = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(request.ContentType) } };
        }

        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    private static OutboundAnswer Fail(OutboundFailure failure) => new() { Failure = failure };

    private static OutboundFailure? FailureOf(Exception e) => e switch
    {
        OperationCanceledException or TimeoutException => OutboundFailure.TooSlow,
        HttpRequestException { InnerException: AuthenticationException } or HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => OutboundFailure.NotSecure,
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => OutboundFailure.TooLarge,
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded } => OutboundFailure.Broken,
        HttpRequestException => OutboundFailure.NotReachable,
        IOException => OutboundFailure.Broken,
        _ => null,
    };
}
