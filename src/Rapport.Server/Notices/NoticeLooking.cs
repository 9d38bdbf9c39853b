using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Acting.Carers;
using Rapport.Server.Pages.Emergency;
using Rapport.Server.Pages.Opinions;

namespace Rapport.Server.Notices;

/// <summary>
/// Finds what waits for somebody, by what the modules say that keep it: whoever writes a message, asks or answers knows nothing of notices, and nothing is forgotten by whom nobody told. Thread safe.
/// </summary>
internal sealed class NoticeLooking(Modules modules)
{
    /// <summary>Kinds of things: asked for access, answered, invited to an opinion, came by a link, told of an emergency, to be reviewed, done in the record, asked to look after a child, taken out of who does, asked for access as a patient set it beforehand.</summary>
    private const string Others = "asolevgit" + SuccessionLook.Kinds;

    /// <summary>All kinds: a letter is one, or what was looked at for one would be forgotten for the other.</summary>
    internal const string Kinds = Others + TalkLook.Kinds;

    private const int SharedAtOnce = 200;

    private readonly TalkLook _talks = new(modules);
    private readonly RecordLook _record = new(modules);
    private readonly SuccessionLook _succession = new(modules);

    /// <summary>Looks.</summary>
    /// <param name="person">For whom.</param>
    /// <param name="state">What was known.</param>
    /// <param name="mustLook">Whether to look also where nothing is new: something may have been read.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>What waits, the state with what was noted on the way, and when something may be new by itself.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<(NoticeLook Look, NoticeState State, DateTimeOffset Again)> LookAsync(Person person, NoticeState state, bool mustLook, CancellationToken cancel)
    {
        var (read, now) = (state.Read.ToDictionary(), modules.Clock.GetUtcNow());
        var talks = await _talks.LookAsync(person, state, read, now, mustLook, cancel);
        var (opinions, again) = await OpinionsAskedAsync(person, cancel);
        var (care, careAgain) = await CareAsync(person, now, cancel);
        var (asked, opens) = await _succession.LookAsync(person, read, now, cancel);
        List<Waiting> things =
        [
            .. talks ?? [],
            .. asked,
            .. await RequestsAsync(person, cancel),
            .. opinions,
            .. care,
            .. await EmergenciesAsync(person, now, cancel),
            .. await _record.LookAsync(person, read, cancel),
        ];
        if (person.Record is { } record)
        {
            things.AddRange((await modules.Records.Compartments.ReceivedByLinksAsync(record, cancel)).Select(static id => new Waiting(NoticeTopic.Requests, $"l{id}", 1)));
        }

        return (new NoticeLook(Others + (talks is null ? "" : TalkLook.Kinds), things), state with { Read = read }, new[] { again, careAgain, opens, TalkLook.AgainAt(read) }.Min());
    }

    /// <summary>What others ask, as long as it waits; and what they answered, which nobody notes as seen.</summary>
    private async Task<IEnumerable<Waiting>> RequestsAsync(Person person, CancellationToken cancel) =>
    [
        .. (await modules.People.Requests.ListReceivedAsync(person, cancel)).Concat(await AskedOfChildrenAsync(person, cancel)).Select(static request => new Waiting(NoticeTopic.Requests, $"a{request.Id}", 1)),
        .. (await modules.People.Requests.ListSentAsync(person.Id, cancel)).Where(static sent => sent.State is RequestState.Granted or RequestState.NotGranted)
            .Select(static sent => new Waiting(NoticeTopic.Requests, $"s{sent.Id}", 1, IsGoneWhenSeen: false)),
    ];

    /// <summary>What others ask of the small children whom somebody looks after, but for what they ask themself.</summary>
    private async Task<IEnumerable<ReceivedRequest>> AskedOfChildrenAsync(Person person, CancellationToken cancel)
    {
        List<ReceivedRequest> asked = [];
        foreach (var (_, child) in await new LookedAfter(modules).AllAsync(person, cancel))
        {
            asked.AddRange((await modules.People.Requests.ListReceivedAsync(child, cancel)).Where(request => request.Asker.Id != person.Id));
        }

        return asked;
    }

    /// <summary>Opinions that somebody is asked for, and when that begins or ends by itself the next time.</summary>
    private async Task<(IEnumerable<Waiting> Things, DateTimeOffset Again)> OpinionsAskedAsync(Person person, CancellationToken cancel)
    {
        if (!person.IsVerified)
        {
            return ([], DateTimeOffset.MaxValue);
        }

        List<SharedRecord> shared = [];
        PatientId? after = null;
        do
        {
            var page = await modules.Records.Compartments.SharedWithAsync(Patients.ActorOf(person) with { RecipientReferences = [person.VerifiedReference] }, after, SharedAtOnce, cancel);
            shared.AddRange(page.Records);
            after = page.Next;
        }
        while (after is not null);
        var heard = await AskedOpinion.HeardAsync(modules.People, person.Id, shared, cancel);
        return (
            heard.Select(static asked => new Waiting(NoticeTopic.Requests, $"o{asked.Patient}.{asked.Invitation}", 1)),
            shared.Select(static record => record.Begins).Concat(heard.Select(static asked => (DateTimeOffset?)asked.Until)).Min() ?? DateTimeOffset.MaxValue);
    }

    /// <summary>That somebody is asked to look after a child, until they answer, and that they were taken out of those who do, until they say that they know; and when something of it may begin that does not show.</summary>
    private async Task<(IEnumerable<Waiting> Things, DateTimeOffset Again)> CareAsync(Person person, DateTimeOffset now, CancellationToken cancel)
    {
        var (asked, mayBeMore) = await modules.People.Invitations.LookAtCareAskedAsync(person.Id, cancel);
        return (
            [
                .. asked.Select(static brought => new Waiting(NoticeTopic.Requests, $"i{brought.Invitation.Id}", 1)),
                .. (await TakenOut.OfAsync(modules, person, cancel)).Select(static ended => new Waiting(NoticeTopic.Requests, $"t{ended.Child}", ended.At.ToUnixTimeMilliseconds())).DistinctBy(static thing => thing.Key),
            ],
            mayBeMore ? now : DateTimeOffset.MaxValue);
    }

    /// <summary>Openings that somebody is told of as an emergency contact, and those that they are to look at for an organisation: again when the patient asks about one.</summary>
    private async Task<IEnumerable<Waiting>> EmergenciesAsync(Person person, DateTimeOffset now, CancellationToken cancel)
    {
        List<Waiting> things =
        [
            .. (await modules.People.Emergencies.OfContactAsync(person.Id, now - OwnOpening.Lately, cancel)).Select(static opening => new Waiting(NoticeTopic.Emergency, $"e{opening.Patient}.{opening.Id}", 1, IsGoneWhenSeen: false)),
        ];
        foreach (var membership in person.Organisations.Where(static membership => membership.IsPrivacyOfficer))
        {
            things.AddRange((await modules.People.Emergencies.OfOrganisationAsync(membership.Organisation, cancel))
                .Select(opening => new ReviewItem(opening, null, 0, opening.ReviewBy(membership.Organisation)))
                .Where(static item => item.IsWaiting)
                .Select(static item => new Waiting(NoticeTopic.Emergency, $"v{item.Opening.Patient}.{item.Opening.Id}", item.Opening.AskedAt?.ToUnixTimeMilliseconds() ?? 1)));
        }

        return things.DistinctBy(static thing => thing.Key);
    }
}
