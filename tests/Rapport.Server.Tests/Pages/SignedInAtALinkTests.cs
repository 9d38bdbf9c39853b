using Rapport.Language;
using Rapport.Server.Pages.Open;
using Rapport.Server.SignIn;

namespace Rapport.Server.Tests.Pages;

/// <summary>Somebody who is signed in opens a link in the same browser.</summary>
public sealed class SignedInAtALinkTests(BrowserFixture browser)
{
    /// <summary>What every page tells whoever is signed in was taken for the answer, so nothing was said at all.</summary>
    [Fact]
    public async Task WhatTheySendBackIsToldToBeSent()
    {
        await using var visitor = await browser.VisitAsync();
        await visitor.GoAsync("/");
        await visitor.ClickAsync(Say.Fill(SignInText.DemoBe, "Maya Demo"));
        var address = await visitor.GiveLinkAsync("For Dr Meyer", "4711 doors");
        await visitor.OpenLinkAsync(address, "Dr Meyer", script: true, "an appointment", "4711 doors");
        await visitor.SeesAsync(OpenText.ToSave);
        await visitor.Page.GetByLabel(OpenText.Note).FillAsync("Your potassium is fine.");
        await visitor.ClickAsync(OpenText.Send);
        await visitor.SeesAsync(OpenText.Sent);
        visitor.AssertNothingWentWrong();
    }
}
