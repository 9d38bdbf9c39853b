using Microsoft.Playwright;
using Rapport.Server.Design.Components;
using Rapport.Server.Demo;
using Rapport.Server.Pages.Gather;
using Rapport.Server.Pages.Gather.Columns;
using Rapport.Server.Pages.Gather.Devices;

namespace Rapport.Server.Tests.Pages.Tours;

/// <summary>What is brought into a record: by hand, by devices, by tables, by files, by links.</summary>
internal static class GatherTour
{
    /// <summary>Goes from page to page, and names each where it stops. The patient is signed in.</summary>
    public static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home)
    {
        var page = visitor.Page;
        await visitor.EnterAsync(FrameText.Gather);
        yield return "gather";
        await visitor.FollowAsync(GatherText.ByHand);
        await visitor.SeesAsync(HandText.Heading);
        yield return "gather-by-hand";
        await visitor.ClickAsync(HandText.Save);
        await visitor.SeesAsync(HandText.LookAgain);
        yield return "gather-by-hand-problems";
        await visitor.GoAsync("/gather/devices");
        await visitor.SeesAsync(DevicesText.Heading);
        yield return "devices-none";
        await page.GetByLabel(DevicesText.Name).FillAsync("Watch");
        await page.GetByLabel(MetricText.HeartRate, new() { Exact = true }).CheckAsync();
        await page.GetByLabel(MeasurandText.Weight, new() { Exact = true }).CheckAsync();
        await visitor.ClickSurelyAsync(DevicesText.Make);
        await visitor.SeesAsync(DevicesText.CopyNow);
        await page.GetByText(DevicesText.Example).ClickAsync();
        yield return "devices";
        await page.GetByRole(AriaRole.Button, new() { Name = DevicesText.StopOpen }).ClickAsync();
        yield return "devices-stop";
        await visitor.ClickAsync(DevicesText.Stop);
        await visitor.SeesAsync(DevicesText.Stopped);
        await visitor.GoAsync("/gather");
        await page.GetByLabel(GatherText.YourFile).SetInputFilesAsync(Files.Of("blutzucker.csv", Files.Meter));
        await visitor.ClickAsync(GatherText.BringIn);
        await visitor.SeesAsync(ColumnsText.AsksTitle);
        yield return "gather-columns-asked";
        await visitor.FollowAsync(ColumnsText.SayIt);
        await visitor.SeesAsync(ColumnsText.Heading);
        yield return "gather-columns";
        await visitor.ClickAsync(ColumnsText.ShowMe);
        await visitor.SeesAsync(ColumnsText.Problems);
        yield return "gather-columns-problems";
        await page.GetByLabel(Visitor.Words(ColumnsText.UnitOf, "Gewicht"), new() { Exact = true }).SelectOptionAsync("kg");
        await visitor.ClickAsync(ColumnsText.ShowMe);
        await visitor.SeesAsync(ColumnsText.CheckHeading);
        yield return "gather-columns-check";

        // Another window said something else meanwhile.
        await page.Locator("input[name=shown]").EvaluateAsync("field => field.value = '0'");
        await visitor.ClickAsync(ColumnsText.AddIt);
        await visitor.SeesAsync(ColumnsText.ChangedSince);
        yield return "gather-columns-changed";
        await visitor.ClickAsync(ColumnsText.AddIt);
        await visitor.SeesAsync(GatherText.ItIsIn);
        yield return "gather-columns-taken";
        await visitor.FollowAsync(ColumnsText.LookAtTold);
        await visitor.SeesAsync(ColumnsText.ToldHeading);
        yield return "gather-columns-told";
        await visitor.GoAsync("/gather");
        await page.GetByLabel(GatherText.YourFile).SetInputFilesAsync(Files.Of("phone.zip", new DemoDevices(new DateOnly(2026, 2, 28)).Export()));
        await visitor.ClickAsync(GatherText.BringIn);
        await visitor.SeesAsync(GatherText.ItIsIn);
        yield return "gather-phone";
        await visitor.FollowAsync(GatherText.AboutSource);
        await visitor.SeesAsync(GatherText.WhatWasIn);
        yield return "source";
        await page.GetByRole(AriaRole.Button, new() { Name = GatherText.TakeBackOpen }).ClickAsync();
        yield return "source-take-back";
        await visitor.GoAsync("/record/timeline?q=watch+heart");
        await page.Locator(".row a").First.ClickAsync();
        await visitor.SeesAsync(Server.Pages.Record.RecordText.WhereItCameFrom);
        yield return "entry-series";
        await visitor.FollowAsync(Server.Pages.Record.Series.SeriesText.Look);
        yield return "series";
        await page.Locator(".series summary").ClickAsync();
        await page.EvaluateAsync("scrollTo(0, 0)");
        yield return "series-table";
        await visitor.GoAsync("/record/timeline?q=sinus");
        await page.Locator(".row a").First.ClickAsync();
        await visitor.FollowAsync(Server.Pages.Record.Ecg.EcgText.Look);
        await visitor.SeesAsync(Server.Pages.Record.Ecg.EcgText.NotADiagnosis);
        yield return "ecg";
        await foreach (var name in GatherLinkTour.WalkAsync(visitor))
        {
            yield return name;
        }
        await visitor.EnterAsync(FrameText.Gather);
        await page.GetByLabel(GatherText.YourFile).SetInputFilesAsync(Files.Of("broken.json", """{"resourceType":"Observation","status":"final","value":1,"component":[{}]}"""u8));
        await visitor.ClickAsync(GatherText.BringIn);
        await visitor.SeesAsync(GatherText.NothingTaken);
        yield return "gather-refused";
        await visitor.GoAsync("/gather");
        await page.GetByLabel(GatherText.YourFile).SetInputFilesAsync(Files.Of("other.json", Files.AboutSomebodyElse));
        await visitor.ClickAsync(GatherText.BringIn);
        await visitor.SeesAsync(GatherText.IsAboutYou);
        yield return "gather-doubt";
        await visitor.ClickAsync(GatherText.TakeIt);
        await visitor.SeesAsync(GatherText.ItIsIn);
        yield return "gather-taken";
        await foreach (var name in JobTour.WalkAsync(visitor, home.Patient))
        {
            yield return name;
        }
    }
}
