using Rapport.Server.Tests;
using Rapport.Server.Tests.Pages;
using Xunit.MicrosoftTestingPlatform;

// The test runner; told `take-pictures FOLDER [LOOK...]`, it takes pictures of all pages instead.
if (args is ["take-pictures", [not '-', ..] folder, .. var looks])
{
    return await Gallery.TakeAsync(folder, looks);
}

return await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
