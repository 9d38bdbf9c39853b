using Rapport.Fhir;
using Rapport.People;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Requests.Childs;

/// <summary>That somebody who looks after a small child answered what was asked of it: each of them sees who that was.</summary>
/// <param name="Id">Names the request.</param>
/// <param name="Who">Who answered.</param>
/// <param name="Asker">Who asked.</param>
/// <param name="At">When it was answered.</param>
public sealed record AnsweredFor(RequestId Id, string Who, string Asker, DateTimeOffset At)
{
    /// <summary>Until when it was agreed, as people say it; null where they said no.</summary>
    public string? Until { get; private init; }

    /// <summary>When it ends since whoever agreed looks after the child no longer by then; null where that is not before it ends by itself.</summary>
    public DateTimeOffset? EndsWithThem { get; private init; }

    /// <summary>What was agreed that they may see, inside a sentence: it can be less than was asked.</summary>
    public string What { get; private init; } = ChildsRequestText.Part;

    /// <summary>Whether what was agreed was ended since.</summary>
    public bool IsStopped { get; private init; }

    /// <summary>Whether who asked was told that they said no.</summary>
    public bool IsTold { get; private init; }

    /// <summary>Whether it was whoever reads it.</summary>
    public bool IsReader { get; private init; }

    /// <summary>All that was answered lately, the latest first: what was agreed as the record has it, what was refused as it was noted.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    internal static async Task<IReadOnlyList<AnsweredFor>> AllAsync(ChildsRequestDesk desk, PeopleModule people, CancellationToken cancel)
    {
        List<AnsweredFor> answered = [];
        var refusals = await people.Requests.ListRefusedForAsync(desk.Child.Id, cancel);
        foreach (var consent in await desk.Guardian.ConsentsAsync(cancel))
        {
            if (consent.Consent is { PassedOn: { } passed } known && RequestId.TryParse(known.AnswersRequest, out var id) && (known.Counts || !refusals.Any(refused => refused.Id == id)))
            {
                answered.Add(new AnsweredFor(id, passed.ByName ?? Acting.Carers.CareText.Somebody, known.Recipients.Select(reference => Recipients.NameIn(consent.Resource, reference)).OfType<string>().FirstOrDefault() ?? Acting.Carers.CareText.Somebody, known.Made)
                {
                    Until = (known.ValidUntil ?? consent.Until) is { } end ? Say.Fill(SharingText.UntilDay, Say.LastDay(end)) : SharingText.UntilStopped,
                    EndsWithThem = consent.Until is { } ends && !(known.ValidUntil <= ends) ? ends : null,
                    What = WhatOf(consent.Resource),
                    IsStopped = !known.Counts,
                    IsReader = desk.Reader.RecipientReferences.Contains(passed.By[0]),
                });
            }
        }

        var agreed = answered.Select(static answer => answer.Id).ToHashSet();
        answered.AddRange(refusals.Where(refused => !agreed.Contains(refused.Id)).Select(refused =>
            new AnsweredFor(refused.Id, refused.ByName, refused.Asker.DisplayName, refused.At) { IsTold = refused.IsTold, IsReader = desk.Reader.RecipientReferences.Contains(refused.By) }));
        return [.. answered.OrderByDescending(static answer => answer.At)];
    }

    /// <summary>The kinds that an answer opens, as it was written: it names each by its types.</summary>
    private static string WhatOf(Resource consent)
    {
        var types = consent.Root.TryGetChild("provision", out var provision) ? provision.All("class").Select(static coding => coding.Text("code")).OfType<string>().ToList() : [];
        return Kind.All.Where(kind => kind.TypesAmong(types).Any()).Select(static kind => kind.Many).ToList() is { Count: > 0 } kinds ? Say.List(kinds) : ChildsRequestText.Part;
    }

    /// <summary>Whether what was agreed is open at a moment, as far as its end is known.</summary>
    public bool IsOpen(DateTimeOffset now) => Until is not null && !IsStopped && !(EndsWithThem <= now);

    /// <summary>It, in a sentence or two.</summary>
    /// <param name="child">The child's name.</param>
    /// <param name="now">Now.</param>
    public string Sentence(string child, DateTimeOffset now) => Until is { } until
        ? Say.Fill(IsReader ? ChildsRequestText.AgreedYou : ChildsRequestText.Agreed, Who, Asker, child, What, until) + After(child, now)
        : Say.Fill(IsReader ? ChildsRequestText.RefusedYou : ChildsRequestText.Refused, Who, Asker, child) + " " + Say.Fill(IsTold ? ChildsRequestText.RefusedTold : ChildsRequestText.RefusedNotTold, "", Asker);

    private string After(string child, DateTimeOffset now) => IsStopped ? " " + ChildsRequestText.Stopped
        : EndsWithThem is { } end && end <= now ? " " + Say.Fill(IsReader ? ChildsRequestText.EndedYou : ChildsRequestText.Ended, Who, "", child, Say.Day(end)) : "";
}
