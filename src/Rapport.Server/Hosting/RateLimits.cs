using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Rapport.Data;

namespace Rapport.Server.Hosting;

/// <summary>
/// How often one may ask. A person at work never meets these limits; someone who guesses or a program that ran wild does. What is counted
/// for one caller does not slow another.
/// </summary>
internal static class RateLimits
{
    /// <summary>For whatever checks a password, by address.</summary>
    public const string SignIn = "sign-in";

    /// <summary>For whatever takes in a whole bundle: each is held in memory, so one person has a few at a time, and the others wait.</summary>
    public const string Import = "import";

    /// <summary>For what a device sends, by its token.</summary>
    public const string Device = "device";

    /// <summary>Batches that one device sends at once, and how many more each second: some clocks tick each second, and send again what did not get through.</summary>
    internal const int BatchesAtOnce = 120, BatchesMore = 5;

    /// <summary>For a whole record on one page for paper, by person: each reads thousands of entries. The short form of it is a page like others.</summary>
    public const string Paper = "paper";

    /// <summary>For whatever asks a server elsewhere, by person: nobody guesses passcodes or keeps another server busy from here.</summary>
    public const string Link = "link";

    /// <summary>For whoever opens a link that a patient gave, by address: what they try costs the server something.</summary>
    public const string Holder = "holder";

    /// <summary>For what one says of labels, by person: one word may write every entry of a record anew.</summary>
    public const string Labels = "labels";

    /// <summary>For records that one begins for others, by person: each is an account and a record, and nobody has many children in a day.</summary>
    public const string Child = "child";

    /// <summary>For what one writes into a record of somebody else, by person: each is a source of its own, which its patient would take back one by one.</summary>
    public const string Acting = "acting";

    /// <summary>Stands on whatever takes a file into a record of somebody else: beside how many at once, there is a limit to how many at all, as for what is written by hand.</summary>
    public static readonly object FileForOthers = new ForOthers();

    /// <summary>What one person writes for others at once, and how many more each ten minutes.</summary>
    internal const int ActsAtOnce = 60, ActsMore = 20;

    /// <summary>Words on labels that one person says at once, and how many more each 30 seconds: a script that marks a long list gets through it.</summary>
    internal const int LabelsAtOnce = 120, LabelsMore = 60;

    /// <summary>Tries of one person to begin a record for a child at once, mistyped ones among them, and how many more each hour.</summary>
    internal const int ChildrenAtOnce = 30, ChildrenMore = 3;

    /// <summary>For invitations into one's circle, by person: each is a link that strangers are sent.</summary>
    public const string Invite = "invite";

    /// <summary>Invitations that one person makes at once, mistyped ones among them, and how many more each hour.</summary>
    internal const int InvitesAtOnce = 30, InvitesMore = 10;

    /// <summary>For conversations that one begins, and for messages that one sends, by person: nobody fills the pages of others.</summary>
    public const string Talk = "talk", Say = "say";

    /// <summary>Conversations that one person begins at once, mistyped ones among them, and how many more each hour.</summary>
    internal const int TalksAtOnce = 60, TalksMore = 20;

    /// <summary>Messages that one person sends at once, each step before them counted, and how many more each minute.</summary>
    internal const int SaysAtOnce = 300, SaysMore = 30;

    /// <summary>For what somebody reports, by person.</summary>
    public const string Report = "report";

    /// <summary>Reports that one person sends at once, and how many more each minute.</summary>
    internal const int ReportsAtOnce = 10, ReportsMore = 2;

    /// <summary>For what goes out because somebody asked for it, by person: a link to confirm an address, a trial. Nobody fills the boxes of strangers.</summary>
    public const string Mail = "mail";

    /// <summary>Such mails that one person asks for at once, and how many more each hour.</summary>
    internal const int MailsAtOnce = 5, MailsMore = 2;

    /// <summary>Openings and files that one address may try for at once, and how many more each 10 seconds.</summary>
    internal const int KnocksAtOnce = 300, KnocksMore = 50;

    /// <summary>Links that one person opens at once, and how many more each 30 seconds.</summary>
    internal const int LinksAtOnce = 20, LinksMore = 5;

    /// <summary>Whole records for paper that one person gets at once, and how many more each 30 seconds.</summary>
    internal const int PapersAtOnce = 12, PapersMore = 4;

    /// <summary>Requests that one person may have running at the same moment.</summary>
    private const int RunningForOnePerson = 1024;

    /// <summary>Requests that one address may send without being signed in: at once, and again each minute.</summary>
    private const int AnonymousPerMinute = 6000;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static void Configure(RateLimiterOptions options, ServerSettings settings)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = RejectAsync;
        options.GlobalLimiter = PartitionedRateLimiter.CreateChained(PartitionedRateLimiter.Create<HttpContext, Caller>(PartitionOf), PartitionedRateLimiter.Create<HttpContext, PersonId>(FilesOf));
        options.AddPolicy<IPAddress>(SignIn, context => RateLimitPartition.GetTokenBucketLimiter(CallerAddress.Of(context), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = settings.SignInsAtOnce,
            TokensPerPeriod = Math.Max(1, settings.SignInsAtOnce / 2),
            ReplenishmentPeriod = TimeSpan.FromSeconds(30),
        }));
        options.AddPolicy(Import, context => RateLimitPartition.GetConcurrencyLimiter(
            context.FindPerson()?.Id ?? default, static _ => new ConcurrencyLimiterOptions { PermitLimit = 4, QueueLimit = 64 }));
        AddByPerson(options, Link, LinksAtOnce, LinksMore, TimeSpan.FromSeconds(30));
        AddByPerson(options, Labels, LabelsAtOnce, LabelsMore, TimeSpan.FromSeconds(30));
        AddByPerson(options, Acting, ActsAtOnce, ActsMore, TimeSpan.FromMinutes(10));
        AddByPerson(options, Child, ChildrenAtOnce, ChildrenMore, TimeSpan.FromHours(1));
        AddByPerson(options, Invite, InvitesAtOnce, InvitesMore, TimeSpan.FromHours(1));
        AddByPerson(options, Talk, TalksAtOnce, TalksMore, TimeSpan.FromHours(1));
        AddByPerson(options, Say, SaysAtOnce, SaysMore, Minute);
        AddByPerson(options, Mail, MailsAtOnce, MailsMore, TimeSpan.FromHours(1));
        AddByPerson(options, Report, ReportsAtOnce, ReportsMore, Minute);
        options.AddPolicy<IPAddress>(Holder, static context => RateLimitPartition.GetTokenBucketLimiter(CallerAddress.Of(context), static _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = KnocksAtOnce,
            TokensPerPeriod = KnocksMore,
            ReplenishmentPeriod = TimeSpan.FromSeconds(10),
        }));
        options.AddPolicy(Device, static context => RateLimitPartition.GetTokenBucketLimiter(context.FindToken() ?? default, static _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = BatchesAtOnce,
            TokensPerPeriod = BatchesMore,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        }));
        options.AddPolicy(Paper, static context => context.Request.Query.ContainsKey("all")
            ? RateLimitPartition.GetTokenBucketLimiter(context.FindPerson()?.Id ?? default, static _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = PapersAtOnce,
                TokensPerPeriod = PapersMore,
                ReplenishmentPeriod = TimeSpan.FromSeconds(30),
            })
            : RateLimitPartition.GetNoLimiter(default(PersonId)));
    }

    private static void AddByPerson(RateLimiterOptions options, string policy, int atOnce, int more, TimeSpan each) => options.AddPolicy(
        policy,
        context => RateLimitPartition.GetTokenBucketLimiter(
            context.FindPerson()?.Id ?? default, _ => new TokenBucketRateLimiterOptions { TokenLimit = atOnce, TokensPerPeriod = more, ReplenishmentPeriod = each }));

    private static RateLimitPartition<Caller> PartitionOf(HttpContext context) => context.FindPerson() is { } person
        ? RateLimitPartition.GetConcurrencyLimiter(new Caller(person.Id, null), static _ => new ConcurrencyLimiterOptions { PermitLimit = RunningForOnePerson })
        : RateLimitPartition.GetFixedWindowLimiter(
            new Caller(null, CallerAddress.Of(context)), static _ => new FixedWindowRateLimiterOptions { PermitLimit = AnonymousPerMinute, Window = Minute });

    private static RateLimitPartition<PersonId> FilesOf(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<ForOthers>() is null
        ? RateLimitPartition.GetNoLimiter(default(PersonId))
        : RateLimitPartition.GetTokenBucketLimiter(
            context.FindPerson()?.Id ?? default, static _ => new TokenBucketRateLimiterOptions { TokenLimit = ActsAtOnce, TokensPerPeriod = ActsMore, ReplenishmentPeriod = TimeSpan.FromMinutes(10) });

    private static ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancel)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        rejected.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString();
        return new(rejected.HttpContext.WriteAsync(Failure.Of(rejected.HttpContext, StatusCodes.Status429TooManyRequests)));
    }

    private sealed class ForOthers;

    private readonly record struct Caller(PersonId? Person, IPAddress? Address);
}
