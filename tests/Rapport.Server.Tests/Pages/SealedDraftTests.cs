using Microsoft.AspNetCore.DataProtection;
using Rapport.Data;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Tests.Pages;

/// <summary>How long the address of a form on its way is.</summary>
public sealed class SealedDraftTests
{
    /// <summary>
    /// Drafts were packed whatever they were: how long one was depended on which letters stood in an id, so that two that differ in nothing but an id differed in length now and then.
    /// </summary>
    [Fact]
    public void TwoDraftsThatDifferInAnIdAloneAreOfOneLength()
    {
        var (drafts, person) = (new SharingDrafts(new EphemeralDataProtectionProvider()), PersonId.New());

        // What is sealed is filled up to whole blocks: of sixteen lengths of everything else one shows each difference.
        for (var more = 0; more < 16; more++)
        {
            Assert.Single(Enumerable.Range(0, 500).Select(_ => drafts.Seal(person, new SharingDraft { Who = $"Practitioner/{PersonId.New()}", Find = "QWERTZUIOPASDFGH"[..more] }).Length).Distinct());
        }
    }

    [Fact]
    public void WhatIsLongIsPackedAndOpensAsItWas()
    {
        var (drafts, person) = (new SharingDrafts(new EphemeralDataProtectionProvider()), PersonId.New());
        foreach (var labels in new[] { 0, 3, 40, 400 })
        {
            var draft = new SharingDraft { Who = $"Practitioner/{PersonId.New()}", Aim = "treat", Labels = [.. Enumerable.Range(0, labels).Select(static label => $"LABEL{label}")] };
            var text = drafts.Seal(person, draft);
            Assert.InRange(text.Length, 1, 3500);
            Assert.Equal(draft.Labels, drafts.Open(person, text)!.Labels);
            Assert.Equal(draft.Who, drafts.Open(person, text)!.Who);
            Assert.Null(drafts.Open(PersonId.New(), text));
        }
    }
}
