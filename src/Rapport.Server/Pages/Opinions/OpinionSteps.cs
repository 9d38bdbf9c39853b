using Rapport.Conversations;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Opinions;

/// <summary>What every step on the way to a question needs: the record, the drafts, who can be asked, what can go along. One for each request.</summary>
internal sealed class OpinionSteps(RecordDoor door, PeopleModule people, OpinionDrafts drafts, TimeProvider clock)
{
    /// <summary>Entries that are read to propose some of them.</summary>
    private const int MostRead = 5000;

    private PersonId _self;
    private OwnAccess? _own;

    public OwnAccess Own => _own!;

    public DateOnly Today => TimeZones.DayOf(clock.GetUtcNow());

    /// <summary>Opens the caller's own record; false when they have none.</summary>
    public async Task<bool> OpenAsync(HttpContext http)
    {
        _self = http.GetPerson().Id;
        return (_own = await door.OpenOwnAsync(http, TokenScopes.Share)) is not null;
    }

    public OpinionDraft? Unseal(string? draft) => drafts.Open(_self, draft) is { } form && LocalId.TryParse(form.Case, out _) ? form : null;

    public string Seal(OpinionDraft form) => drafts.Seal(_self, form);

    /// <summary>On to a step.</summary>
    public SeeOther To(string step, OpinionDraft form, string more = "") => new($"{step}?draft={Seal(drafts.Fit(_self, form))}{more}");

    /// <summary>What a question can be about, by its FHIR reference; null when there is no such entry.</summary>
    public async Task<string?> NameOfAsync(string reference, CancellationToken cancel)
    {
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && OpinionQuestion.AboutTypes.Contains(reference[..slash]) && LocalReference.TryParseId(reference.AsSpan(slash + 1), out var owner, out var local) && owner == Own.Patient
            && await Own.QueryAsync(new RecordQuery.ById(reference[..slash], local), cancel) is { Count: 1 } answer ? EntryReader.Line(answer.ReadResource(0)).BothNames : null;
    }

    /// <summary>Who can be asked: verified professionals of the circle, whoever was chosen, and whoever is found by a name; each with what they do where.</summary>
    public async Task<(IReadOnlyList<(Person Person, string About)> People, bool IsNobodyFound)> PeopleAsync(OpinionDraft form, CancellationToken cancel)
    {
        var found = new Dictionary<PersonId, Person>();
        void Add(Person? person)
        {
            if (person is { IsVerified: true } && person.Id != _self)
            {
                found.TryAdd(person.Id, person);
            }
        }

        foreach (var member in await people.Circle.OfPatientAsync(Own.Patient, cancel))
        {
            Add(member.Person);
        }

        foreach (var person in await InvitedAsync(form, cancel))
        {
            Add(person);
        }

        var before = found.Count;
        var matches = form.Find is null ? [] : await people.Directory.SearchProfessionalsAsync(form.Find, cancel);
        foreach (var professional in matches)
        {
            Add(await people.Accounts.FindAsync(professional.Person, cancel));
        }

        var known = matches.Any(match => found.ContainsKey(match.Person));
        List<(Person, string)> told = [];
        foreach (var person in found.Values)
        {
            told.Add((person, await AboutAsync(person, cancel)));
        }

        return (told, form.Find is not null && found.Count == before && !known);
    }

    /// <summary>Whom the draft names, as far as they are verified now.</summary>
    public async Task<IReadOnlyList<Person>> InvitedAsync(OpinionDraft form, CancellationToken cancel)
    {
        List<Person> invited = [];
        foreach (var id in form.Invited)
        {
            if (PersonId.TryParse(id, out var person) && await people.Accounts.FindAsync(person, cancel) is { IsVerified: true } found && found.Id != _self)
            {
                invited.Add(found);
            }
        }

        return invited;
    }

    /// <summary>What somebody does and who vouches for it.</summary>
    public async Task<string> AboutAsync(Person person, CancellationToken cancel)
    {
        List<string?> parts = [person.Role];
        foreach (var membership in person.Organisations.Where(static membership => membership.Verified is not null))
        {
            parts.Add((await people.Directory.FindOrganisationAsync(membership.Organisation, cancel))?.Name);
        }

        return string.Join(", ", parts.OfType<string>());
    }

    /// <summary>What can go along, by why it is offered; what was chosen is ticked, else the least that serves.</summary>
    public async Task<IReadOnlyList<OfferedEntry>> OfferedAsync(OpinionDraft form, CancellationToken cancel)
    {
        var answer = await Own.QueryAsync(new RecordQuery.Timeline(MostRead) { Types = OpinionProposal.Types }, cancel);
        List<(AnsweredEntry, Resource)> entries = [.. Enumerable.Range(0, answer.Count).Select(i => (answer.Entries[i], answer.ReadResource(i)))];
        var proposed = OpinionProposal.Of(form.About, entries, clock.GetUtcNow());
        bool isTicked(string reference, bool isProposed) => form.Sent?.Contains(reference) ?? isProposed;
        List<OfferedEntry> offered =
        [
            .. proposed.OrderBy(static entry => entry.Reason).Select(entry => new OfferedEntry(
                entry.Entry.Reference, OpinionWords.Of(entry.Reason), EntryReader.Line(entry.Resource), entry.Entry.Labels, isTicked(entry.Entry.Reference, entry.IsProposed), [.. OpinionProposal.FilesOf(entry.Resource)])),
        ];
        if (await Own.QueryAsync(new RecordQuery.ById("Patient", null), cancel) is { Count: 1 } self)
        {
            var reference = self.Entries[0].Reference;
            offered.Add(new OfferedEntry(reference, OpinionText.ReasonYou, EntryReader.Line(self.ReadResource(0)), self.Entries[0].Labels, isTicked(reference, false), []));
        }

        return offered;
    }

    /// <summary>The question that a draft comes to; null when something of it is not right (any more).</summary>
    public async Task<(OpinionQuestion Question, IReadOnlyList<Person> Invited, IReadOnlyList<OfferedEntry> Sent)?> ReadAsync(OpinionDraft form, CancellationToken cancel)
    {
        var invited = await InvitedAsync(form, cancel);
        if (form.Problems(Today).Count > 0 || invited.Count != form.Invited.Count || form.LastDay(Today) is not { } last || await NameOfAsync(form.About, cancel) is not { } name)
        {
            return null;
        }

        var sent = (await OfferedAsync(form, cancel)).Where(static entry => entry.IsTicked).ToList();
        List<string> references = [.. sent.SelectMany(static entry => entry.Files.Prepend(entry.Reference)).Distinct()];
        return sent.All(entry => entry.Reference != form.About) || references.Count > OpinionQuestion.MostSent
            ? null
            : (new OpinionQuestion(LocalId.Parse(form.Case), form.Question, form.About, name, TimeZones.At(last.AddDays(1), TimeOnly.MinValue), references), invited, sent);
    }
}
