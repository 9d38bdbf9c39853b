using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Jobs;

namespace Rapport.Server.Notices;

/// <summary>
/// Tells people that something waits. Each minute one node looks, for everybody who is told by some way, whether something new does, and notes what is due; whom a message of this node concerns, or an emergency door that was opened here, it looks at sooner, also in the middle of a round. What is due any node sends: it takes it on first, so that
/// no other does, and notes its end afterwards. Who dies between leaves it to others: a notice may then come a second time, and none is lost. Thread safe.
/// </summary>
internal sealed class NoticeWork : RepeatedWork
{
    /// <summary>How often there is something to see to, and to look for; and how long one who sends has for it: longer than all their tries together may take.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5), Round = TimeSpan.FromMinutes(1), Lease = TimeSpan.FromMinutes(3);

    /// <summary>When what a page in sight holds back is seen to again.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);

    private const int AtOnce = 100, Together = 8;

    private readonly ConcurrentDictionary<string, bool> _heard = [];
    private readonly ConcurrentDictionary<PersonId, bool> _soon = [];
    private readonly ConcurrentDictionary<PersonId, Looked> _looked = [];
    private readonly SemaphoreSlim _one = new(1, 1);

    private readonly Modules _modules;
    private readonly NoticeLooking _looking;
    private readonly NoticeSigns _signs;
    private readonly NoticeDesk _desk;
    private readonly TalkStreams _talks;
    private readonly LiveStreams _pages;
    private readonly ILogger<NoticeWork> _log;
    private long _round;

    public NoticeWork(Modules modules, NoticeLooking looking, NoticeDesk desk, TalkStreams talks, LiveStreams pages, ILogger<NoticeWork> log)
        : base(Every, modules.Clock, log)
    {
        (_modules, _looking, _signs, _desk, _talks, _pages, _log) = (modules, looking, new NoticeSigns(modules), desk, talks, pages, log);
        _modules.Conversations.News.Hears += Hear;
    }

    private PeopleModule People => _modules.People;

    /// <summary>Looks for somebody with the next pass, and not only with the next round: what concerns them cannot wait. Quick, and throws nothing.</summary>
    public void LookSoon(PersonId person) => _soon.TryAdd(person, true);

    /// <summary>All there is to do now; two at the same moment do it one after the other.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task WorkAsync(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            await LookAtHeardAsync(cancel);
            var now = _modules.Clock.GetUtcNow();
            if (await People.Notices.TakeRoundAsync(now, now + Round, cancel))
            {
                await LookAtAllAsync(cancel);
            }

            await SendAsync(cancel);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _modules.Conversations.News.Hears -= Hear;
        _one.Dispose();
        base.Dispose();
    }

    /// <summary>Looks what is new for everybody who is told by some way and for whom something can be.</summary>
    private async Task LookAtAllAsync(CancellationToken cancel)
    {
        _round++;
        PersonId? after = null;
        while (await People.Notices.ListAsync(after, AtOnce, cancel) is { Count: > 0 } people)
        {
            // Asked first: what comes while they are looked at shows the next time.
            var now = _modules.Clock.GetUtcNow();
            var signs = await SignsAsync(people, cancel);
            await LookAsync(people.Where(id => !IsAsBefore(id, signs.GetValueOrDefault(id), now)), signs, cancel);
            after = people[^1];

            // However many there are: what cannot wait does not wait for all of them.
            await LookAtHeardAsync(cancel);
            await SendAsync(cancel);
        }

        foreach (var (person, looked) in _looked.Where(known => known.Value.Round != _round))
        {
            _looked.TryRemove(new(person, looked));
        }
    }

    /// <summary>What shows of some people; nothing where rows of one of them do not open: then each is looked at by themself.</summary>
    private async Task<IReadOnlyDictionary<PersonId, string>> SignsAsync(IReadOnlyCollection<PersonId> people, CancellationToken cancel)
    {
        IReadOnlyDictionary<PersonId, string> signs = ReadOnlyDictionary<PersonId, string>.Empty;
        await UnlessDamagedAsync(async () => signs = await _signs.OfAsync((await People.Accounts.FindAllAsync(people, cancel)).Values, cancel));
        return signs;
    }

    /// <summary>Whether nothing can be new for somebody since they were looked at.</summary>
    private bool IsAsBefore(PersonId id, string? sign, DateTimeOffset now)
    {
        if (sign is null || !_looked.TryGetValue(id, out var before) || before.Sign != sign || before.Again <= now)
        {
            return false;
        }

        _looked[id] = before with { Round = _round };
        return true;
    }

    /// <summary>Sends what is due.</summary>
    private async Task SendAsync(CancellationToken cancel)
    {
        HashSet<PersonId> inSight = [.. _talks.InSight(), .. _pages.InSight()];
        if (!_modules.Conversations.News.IsAlone)
        {
            await People.Notices.SeeAsync(inSight, _modules.Clock.GetUtcNow() + Again, cancel);
        }

        var due = await People.Notices.DueAsync(_modules.Clock.GetUtcNow(), AtOnce, cancel);
        await Parallel.ForEachAsync(
            due, new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancel }, async (person, stop) => await UnlessDamagedAsync(() => SendAsync(person, inSight.Contains(person), stop)));
    }

    protected override Task PassAsync(CancellationToken cancel) => WorkAsync(cancel);

    private void Hear(IReadOnlyCollection<string> members)
    {
        foreach (var member in members)
        {
            _heard.TryAdd(member, true);
        }
    }

    /// <summary>Looks for whom messages of this node concern. Who acts for them hears of it in the next round.</summary>
    private async Task LookAtHeardAsync(CancellationToken cancel)
    {
        HashSet<PersonId> people = [];
        foreach (var member in _heard.Keys)
        {
            _heard.TryRemove(member, out _);
            people.UnionWith(await BehindAsync(member, cancel));
        }

        foreach (var person in _soon.Keys)
        {
            _soon.TryRemove(person, out _);
            people.Add(person);
        }

        await LookAsync(people, ReadOnlyDictionary<PersonId, string>.Empty, cancel);
    }

    private async Task<IEnumerable<PersonId>> BehindAsync(string member, CancellationToken cancel)
    {
        if (!CareTeamId.IsReference(member))
        {
            return await People.Accounts.FindByReferenceAsync(member, cancel) is { } person ? [person.Id] : [];
        }

        return CareTeamId.TryParseReference(member, out var id)
            ? (await People.Directory.ListMembersAsync(id.Organisation, cancel)).Where(known => known.Membership.Teams.Contains(id)).Select(static known => known.Professional.Person) : [];
    }

    private Task LookAsync(IEnumerable<PersonId> people, IReadOnlyDictionary<PersonId, string> signs, CancellationToken cancel) => Parallel.ForEachAsync(
        people, new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancel }, async (person, stop) => await LookAsync(person, signs.GetValueOrDefault(person), stop));

    private Task LookAsync(PersonId id, string? sign, CancellationToken cancel) => UnlessDamagedAsync(async () =>
    {
        if (await People.Notices.FindAsync(id, cancel) is not { } known || await People.Accounts.FindAsync(id, cancel) is not { } person)
        {
            return;
        }

        var (look, read, again) = await _looking.LookAsync(person, known.State, mustLook: false, cancel);
        var state = NoticePlan.Take(read, known.Choices, look, _modules.Clock.GetUtcNow());
        var isKept = state.IsSame(known.State) || await People.Notices.KeepAsync(id, known.Version, state, NoticePlan.DueAt(state, known.Choices), _modules.Clock.GetUtcNow(), cancel);
        if (isKept && sign is not null)
        {
            _looked[id] = new Looked(sign, again, _round);
        }
    });

    private async Task SendAsync(PersonId id, bool isInSight, CancellationToken cancel)
    {
        var now = _modules.Clock.GetUtcNow();
        if (await People.Notices.FindAsync(id, cancel) is not { } known || await People.Accounts.FindAsync(id, cancel) is not { } person
            || !await People.Notices.TakeAsync(id, known.Version, now, now + Lease, cancel))
        {
            return;
        }

        // What was read meanwhile is not told.
        var (look, read, _) = await _looking.LookAsync(person, known.State, mustLook: true, cancel);
        var state = NoticePlan.Take(read, known.Choices, look, now);
        var isHeld = false;
        foreach (var way in Enum.GetValues<NoticeWay>().Where(way => NoticePlan.DueAt(state, known.Choices, way) <= now))
        {
            if ((isInSight || known.InSightTo > now) && now < NoticePlan.HeldUntil(state, known.Choices, way))
            {
                isHeld = true;
                continue;
            }

            var (isSent, after) = await _desk.SendAsync(person, known.Choices, way, state.Of(way).Things.Min(static told => told.Since), cancel);
            state = isSent ? NoticePlan.Sent(state, way, now) : NoticePlan.NotSent(state, way, now, after);
        }

        var due = NoticePlan.DueAt(state, known.Choices);
        await People.Notices.KeepAsync(id, known.Version, state, isHeld ? now + Again : due, now: null, CancellationToken.None);
    }

    /// <summary>One whose rows do not open must not keep the others waiting.</summary>
    private async Task UnlessDamagedAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is not OperationCanceledException and not StorageException)
        {
            Log.NoticesFailed(_log, e.GetType().Name);
        }
    }

    /// <summary>Somebody who was looked at, and what was found is kept.</summary>
    /// <param name="Sign">What showed before it.</param>
    /// <param name="Again">When something may be new by itself.</param>
    /// <param name="Round">The last round in which they were told by some way.</param>
    private readonly record struct Looked(string Sign, DateTimeOffset Again, long Round);
}
