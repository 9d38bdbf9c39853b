using Rapport.Ledger.Tests;
using Rapport.Ledger.Tests.Golden;
using Xunit.MicrosoftTestingPlatform;

// The test runner; told `rewrite-golden`, it writes the golden files anew instead.
if (args is ["rewrite-golden"])
{
    GoldenTests.Rewrite();
    return 0;
}

return await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
