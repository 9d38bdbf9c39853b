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

    /// <summary>Entries that are shown of what is found.</summary>
    private const int MostFound = 20;

    /// <summary>The FHIR types of what can be found and added: whatever can be shared by its kind.</summary>
    private static readonly IReadOnlyList<string> Findable = [.. Kind.Shareable.SelectMany(static kind => kind.Types).Distinct()];

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

    /// <summary>What can go along, by why it is offered; what was chosen is ticked, else the least that serves. At the end stands what was added, and what is found of all else.</summary>
    public async Task<IReadOnlyList<OfferedEntry>> OfferedAsync(OpinionDraft form, CancellationToken cancel)
    {
        var all = Together(await Own.QueryAsync(new RecordQuery.Timeline(MostRead) { Types = OpinionProposal.Types, Merges = true }, cancel), form.About);
        var proposed = OpinionProposal.Of(form.About, [.. all.Select(static entry => (entry.Entry, entry.Resource))], clock.GetUtcNow());
        var known = all.ToDictionary(static entry => entry.Entry.Reference);
        List<OfferedEntry> offered = [.. proposed.OrderBy(static entry => entry.Reason).Select(entry => Offer(known[entry.Entry.Reference], OpinionWords.Of(entry.Reason), form, entry.IsProposed))];
        if (await Own.QueryAsync(new RecordQuery.ById("Patient", null), cancel) is { Count: 1 } self)
        {
            offered.Add(Offer(new Told(self.Entries[0], self.ReadResource(0), [], []), OpinionText.ReasonYou, form, false));
        }

        foreach (var reference in form.Sent ?? [])
        {
            var slash = reference.IndexOf('/', StringComparison.Ordinal);
            if (offered.TrueForAll(entry => !entry.All.Contains(reference)) && LocalReference.TryParseId(reference.AsSpan(slash + 1), out var owner, out var local) && owner == Own.Patient
                && Together(await Own.QueryAsync(new RecordQuery.ById(reference[..slash], local) { Merges = true }, cancel), reference) is [var added, ..])
            {
                offered.Add(Offer(added, OpinionText.ReasonAdded, form, false));
            }
        }

        if (form.FindWhat is { } text)
        {
            var found = await Own.QueryAsync(new RecordQuery.Timeline(MostFound) { Types = Findable, Merges = true, Text = TextCriterion.Of(text, Glossary.OfficialNames(text)) }, cancel);
            offered.AddRange(Together(found, form.About).Where(entry => offered.TrueForAll(other => !other.All.Contains(entry.Entry.Reference))).Select(entry => Offer(entry, OpinionText.ReasonFound, form, false)).ToList());
        }

        return offered;
    }

    private static OfferedEntry Offer(Told told, string title, OpinionDraft form, bool isProposed) => new(
        told.Entry.Reference, title, EntryReader.Line(told.Resource), told.Entry.Labels, form.Sent?.Contains(told.Entry.Reference) ?? isProposed, [.. told.Files])
    { Others = told.Others };

    /// <summary>The matches of an answer, each with the others that are shown as one with it: as sensitive as the most sensitive of them. What the question is about stands for those that are one with it.</summary>
    private static List<Told> Together(OwnAnswer answer, string about)
    {
        List<Told> told = [];
        for (var i = 0; i < answer.MatchCount; i++)
        {
            List<int> members = [i, .. answer.SameAs(i).Select(static same => same.Index)];
            var first = members.Find(member => answer.Entries[member].Reference == about) is > 0 and var asked ? asked : i;
            told.Add(new Told(
                answer.Entries[first] with { Labels = [.. members.SelectMany(member => answer.Entries[member].Labels).Distinct()] }, answer.ReadResource(first),
                [.. members.Where(member => member != first).Select(member => answer.Entries[member].Reference)], [.. members.SelectMany(member => OpinionProposal.FilesOf(answer.ReadResource(member))).Distinct()]));
        }

        return told;
    }

    /// <summary>An entry with the references of those that are shown as one with it, and of the files that they lead to.</summary>
    private sealed record Told(AnsweredEntry Entry, Resource Resource, IReadOnlyList<string> Others, IReadOnlyList<string> Files);

    /// <summary>The question that a draft comes to; null when something of it is not right (any more).</summary>
    public async Task<(OpinionQuestion Question, IReadOnlyList<Person> Invited, IReadOnlyList<OfferedEntry> Sent)?> ReadAsync(OpinionDraft form, CancellationToken cancel)
    {
        var invited = await InvitedAsync(form, cancel);
        if (form.Problems(Today).Count > 0 || invited.Count != form.Invited.Count || form.LastDay(Today) is not { } last || await NameOfAsync(form.About, cancel) is not { } name)
        {
            return null;
        }

        var sent = (await OfferedAsync(form, cancel)).Where(static entry => entry.IsTicked).ToList();
        List<string> references = [.. sent.SelectMany(static entry => entry.All).Distinct()];
        return sent.All(entry => entry.Reference != form.About) || references.Count > OpinionQuestion.MostSent
            ? null
            : (new OpinionQuestion(LocalId.Parse(form.Case), form.Question, form.About, name, TimeZones.At(last.AddDays(1), TimeOnly.MinValue), references), invited, sent);
    }
}
