using Rapport.Language;

namespace Rapport.Server.Tests.Pages;

/// <summary>A doctor does more than look, as the patient let them, and the patient is told: in a browser, as people do it.</summary>
public sealed class MoreThanLookingBrowserTests(BrowserFixture browser)
{
    [Theory]
    [InlineData("en", 1200, true, false)]
    [InlineData("es", 360, false, true)]
    public async Task WhatTheDoctorDoesIsAskedForToldAndUndone(string language, int width, bool script, bool dark)
    {
        await using var visitor = await browser.VisitAsync(new Look(width, dark, script) { Language = Languages.Find(language)! });
        var home = await Household.MoveInAsync(visitor.Server);
        await foreach (var step in MoreThanLookingWalk.WalkAsync(visitor, home))
        {
            Assert.NotEmpty(step);
        }

        visitor.AssertNothingWentWrong();
    }
}
